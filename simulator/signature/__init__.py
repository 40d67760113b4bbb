"""The electronic signature of a message (电子签名, §6): what is signed, whose key, and why it does not verify.

Pure functions over bytes: no I/O outside the commands, no clock, safe in several threads.
"""
