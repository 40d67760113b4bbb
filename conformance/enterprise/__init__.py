"""The reference enterprise: a small, complete integration that passes every case, and the example of how to integrate.

It runs as a process of its own and plays all four parts of a sale: platform or seller (303), payment firm (403),
logistics firm (505) and declaring agent (603). It imports the declared messages, the functions that sign, and the
generated parties, nothing else of the customs side, and shares no code with the judges of the cases: what it believes
about returns is its own reading.

    intake.py    orders come in, questions are answered
    clerk.py     decides what to send; no I/O
    machine.py   the tables the clerk follows
    wishes.py    what the desk was asked and has not done yet
    desk.py      what follows the lists: shipping, cancelling, returned goods, the month
    months.py    whose lists share an application, in how many messages, and the daily batch
    duties.py    tracking, evidence, reports, recalls
    signing.py   keys, certificates, signatures
    envelope.py  messages in the platform's envelope, both ways
    line.py      the channel, HTTP or AMQP
    sender.py    documents into messages, messages to customs
    receiver.py  returns from customs, record by record
"""
