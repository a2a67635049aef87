"""How market participants behave; each module is one cohort or a few that act alike."""
