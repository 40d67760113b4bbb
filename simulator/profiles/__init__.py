"""The profiles that ship, a TOML file each (`swsim.simulator.profile` reads them), and how a switch is declared."""
