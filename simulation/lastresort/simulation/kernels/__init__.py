"""The continuous part of a tick as compiled loops over plain arrays; objects hold the arrays, kernels compute."""
