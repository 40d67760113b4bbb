"""How many messages a second the channels beside HTTP carry: a broker or a folder, a simulator in a process of its own.

``python -m swsim.loadtests.channels amqp amqp://guest:guest@127.0.0.1:5672/`` or ``… folder DIR``; figures of one run
stand in docs/how-to/amqp.md and folder.md.
"""
