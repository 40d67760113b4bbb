"""`swsim explore`: what a message would be answered just before, at, and just after each deadline it touches."""
