"""`swsim replay`: what a sandbox was told is told to another one, and what comes out is compared byte for byte."""
