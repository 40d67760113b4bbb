"""For an integrator's own tests: a single window in the process, a line to it, the pytest plugin, `swsim run`."""
