"""Every broken plugin or policy is refused in one sentence that says where, what and what instead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse

Writer = Callable[[str], Path]

ALLOCATES = "def allocate(self, event): return None"


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        Catalogue.load([path])
    message = str(refused.value)
    assert message.startswith(f"plugin {path}")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "class R(Mechanism):\n    name = 'r'\n    def alocate(self, event): return None",
            ", mechanism 'r', method 'alocate': public methods of a mechanism are answers; "
            "a helper starts with an underscore; did you mean 'allocate'?",
        ),
        (
            f"class R(Mechanism):\n    name = 'r'\n    {ALLOCATES}\n    @property\n    def weight(self): return 1",
            ", method 'weight': public methods of a mechanism are answers; a helper starts with an underscore",
        ),
        (
            "class R(Mechanism):\n    name = 'r'\n    def allocate(self, evnt): return None",
            ", mechanism 'r', hook 'allocate': found the arguments (self, evnt); allowed: (self, event); "
            "did you mean 'event'?",
        ),
        (
            "class R(Mechanism):\n    name = 'r'\n    def allocate(self, event, top=3): return None",
            ", hook 'allocate': found the arguments (self, event, top); allowed: (self, event)",
        ),
        (
            "class R(Mechanism):\n    name = 'r'\n    def allocate(self): return None",
            ", hook 'allocate': found the arguments (self); allowed: (self, event)",
        ),
        (
            "class R(Mechanism):\n    name = 'r'\n    @staticmethod\n    def allocate(event): return None",
            ", hook 'allocate': found a staticmethod; allowed: a plain method of self and event",
        ),
        (
            f"class R(Mechanism):\n    {ALLOCATES}",
            ", mechanism class R: has no name; give it one in its body, for example name = 'my-rule'",
        ),
        (
            f"class R(Mechanism):\n    name = 'My Rule'\n    {ALLOCATES}",
            ", mechanism class R: found the name 'My Rule'; allowed: lower-case letters, digits, dots and hyphens",
        ),
        (
            f"class R(Mechanism):\n    name = 'engine'\n    {ALLOCATES}",
            ", mechanism class R: found the name 'engine', a key of every policy; allowed: a name of its own",
        ),
        (
            "class R(Mechanism):\n    name = 'r'",
            ", mechanism 'r': answers no question; define at least one of set_prices, set_phase, admit",
        ),
        (
            f"class R(Mechanism):\n    name = 'r'\n    {ALLOCATES}\n    def allocate_jointly(self, view): return None",
            ", mechanism 'r': answers 'allocate' and 'allocate_jointly'; allowed: one of the two",
        ),
        (
            f"class R(Mechanism):\n    name = 'r'\n    needs = ('LossEvent.betas',)\n    {ALLOCATES}",
            ", mechanism 'r', needs: found 'LossEvent.betas'; allowed: columns of the contract's views, as in "
            "'LossEvent.beta'; did you mean 'LossEvent.beta'?",
        ),
        (
            f"class R(Mechanism):\n    name = 'r'\n    asked_every = 0\n    {ALLOCATES}",
            ", mechanism 'r', asked_every: found 0; allowed: seconds, from 0.01 to 2.6784e+06",
        ),
        (
            f"class R(Mechanism):\n    name = 'r'\n    asked_every: float = 0.0\n    {ALLOCATES}",
            ", mechanism 'r': 'asked_every' is written as a parameter; leave the type out, as in asked_every = 300.0",
        ),
        (
            f"class R(Mechanism):\n    name = 'r'\n    needs = 'LossEvent.beta'\n    {ALLOCATES}",
            ", mechanism 'r', needs: found 'LossEvent.beta'; allowed: a tuple of columns, as in needs = ",
        ),
        (
            f"class R(Mechanism):\n    name = 'queue-adl'\n    {ALLOCATES}",
            ", mechanism 'queue-adl': the name is taken by plugin built-in; allowed: a name of its own",
        ),
        ("raise SystemExit(3)", ", line 8: SystemExit: 3"),
        ("number = 1", ": defines no mechanism; allowed: subclasses of Mechanism, or hooks"),
        ("import no_such_library", ", line 8: ModuleNotFoundError: No module named 'no_such_library'"),
        ("x = 1\ny = (", ", line 9: SyntaxError: '(' was never closed"),
        ("def fail():\n    return 1 / 0\nfail()", ", line 9: ZeroDivisionError: division by zero"),
        (
            "@hookimpl\ndef lastresort_mechanism(): return []",
            ", hook 'lastresort_mechanism': unknown hook; allowed: lastresort_mechanisms, lastresort_policies, "
            "lastresort_scenarios, lastresort_scores or lastresort_report_sections; "
            "did you mean 'lastresort_mechanisms'?",
        ),
        (
            "@hookimpl\ndef lastresort_mechanisms(): return 3",
            ", hook 'lastresort_mechanisms': found a int; allowed: a list",
        ),
        (
            "@hookimpl\ndef lastresort_mechanisms(): return [int]",
            ", hook 'lastresort_mechanisms': found <class 'int'>; allowed: subclasses of Mechanism",
        ),
        (
            "@hookimpl\ndef lastresort_mechanisms(): return 1 / 0",
            ", hook 'lastresort_mechanisms', rule.py, line 9: ZeroDivisionError: division by zero",
        ),
        ("@hookimpl\ndef lastresort_mechanisms(everything): return []", "; allowed: hooks without arguments"),
    ],
)
def test_broken_plugin_file(write_plugin: Writer, body: str, expected: str) -> None:
    assert expected in refusal(write_plugin(body))


def test_a_rule_that_cannot_be_set_up(write_plugin: Writer) -> None:
    body = f"class R(Mechanism):\n    name = 'r'\n    {ALLOCATES}\n    def model_post_init(self, _): return 1 / 0"
    with pytest.raises(InputError, match=r"^policy 'fund\+r', step 4 \(r\), parameters, rule\.py, line 11: Zero"):
        Catalogue.load([write_plugin(body)])


def test_missing_plugin_file(tmp_path: Path) -> None:
    assert "there is no such file" in refusal(tmp_path / "nowhere.py")


def test_plugin_file_that_is_not_python(tmp_path: Path) -> None:
    assert "found a '.txt' file; allowed: a Python file ending in .py" in refusal(tmp_path / "rule.txt")


def test_plugin_file_given_twice(write_plugin: Writer) -> None:
    path = write_plugin(f"class R(Mechanism):\n    name = 'r'\n    {ALLOCATES}")
    with pytest.raises(InputError, match="given twice; allowed: each plugin once"):
        Catalogue.load([path, path])


@pytest.mark.parametrize(
    ("waterfall", "expected"),
    [
        (
            "[{use: full-takeover}, {use: queue-adll}]",
            "policy 'mine', step 2 (queue-adll): unknown mechanism; allowed: a name that ",
        ),
        ("[{use: full-takeover}, {use: queue-adll}]", "; did you mean 'queue-adl'?"),
        (
            "[{use: queue-adl}, {use: full-takeover}, {use: queue-adl}]",
            "policy 'mine', step 3 (queue-adl): the same stage stands twice in the waterfall",
        ),
        (
            "[{use: insurance-fund}, {use: queue-adl}]",
            "policy 'mine': no stage answers 'liquidate'; add a step such as",
        ),
        (
            "[{use: full-takeover, with: {penalty: 2}}]",
            "policy 'mine', step 1 (full-takeover), parameters: key 'penalty': found 2; "
            "allowed: less than or equal to 1",
        ),
        (
            "[{use: full-takeover, with: {penalti: 0.01}}]",
            "step 1 (full-takeover), parameters: unknown key 'penalti'; allowed: penalty; did you mean 'penalty'?",
        ),
        (
            "[{use: full-takeover, with: {penalty: much}}]",
            "parameters: key 'penalty': found 'much'; allowed: a valid number",
        ),
        ("[{use: full-takeover, with: {penalty: .nan}}]", "parameters: key 'penalty': found nan; allowed: "),
        (
            "[{use: full-takeover, wiht: {penalty: 1}}]",
            "policy.yaml: unknown key 'waterfall.0.wiht'; allowed: as, evidence, figures, source, use or with; "
            "did you mean 'with'?",
        ),
        ("[]", "policy.yaml: key 'waterfall': found []; allowed: "),
    ],
)
def test_broken_policy(write_policy: Writer, waterfall: str, expected: str) -> None:
    path = write_policy(f"waterfall: {waterfall}")
    with pytest.raises(InputError) as refused:
        Catalogue.load().policy(str(path))
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_policies_of_a_plugin_are_built_at_loading(write_plugin: Writer, write_policy: Writer) -> None:
    policy = write_policy("waterfall: [{use: insurance-fund}]")
    path = write_plugin(f"@hookimpl\ndef lastresort_policies(): return [Path({str(policy)!r})]")
    with pytest.raises(InputError, match="policy 'mine': no stage answers 'liquidate'"):
        Catalogue.load([path])


def test_unknown_policy_and_scenario_get_a_suggestion() -> None:
    catalogue = Catalogue.load()
    with pytest.raises(InputError, match=r"^unknown policy 'fund\+queue-ad'; .* did you mean 'fund\+queue-adl'\?$"):
        catalogue.policy("fund+queue-ad")
    with pytest.raises(InputError, match=r"^unknown scenario 'oct-2024'; .* did you mean 'oct-2025'\?$"):
        catalogue.scenario("oct-2024")


BREACHES = {
    "np.full(len(holders.account), np.nan)": "allocate: 'close' holds NaN or infinity",
    "2 * np.abs(holders.quantity)": "allocate: over-closes account 105: 1,400,000.00 of 700,000.00 contracts",
    "-np.abs(holders.quantity)": "allocate: 'close' must not be negative",
    "np.zeros(3)": "allocate: 'close' must have 4 numbers or be a single number, found shape (3,)",
    "holders.no_such_column": "allocate: broken.py, line 8, raised AttributeError: 'Candidates' has no column",
}


@pytest.mark.parametrize("close", BREACHES)
def test_a_plugin_that_breaks_the_contract_is_refused_before_anything_runs(close: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text(
        "import numpy as np\n"
        "from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism\n"
        "class Broken(Mechanism):\n"
        "    '''Break the contract.'''\n"
        "    name = 'broken'\n"
        "    def allocate(self, event: LossEvent) -> Allocation:\n"
        "        holders = event.candidates\n"
        f"        close = {close}\n"
        "        return Allocation(close, np.zeros(len(holders.account)), event.mark, event.mark)\n"
    )
    catalogue = Catalogue.load([file])
    with pytest.raises(InputError) as refusal:
        rehearse([catalogue.policy("fund+broken")], catalogue, [file])
    assert str(refusal.value).startswith(
        f"plugin {file}, policy 'fund+broken', mechanism 'broken', question {BREACHES[close]}"
    )
