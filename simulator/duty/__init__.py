"""Corporate responsibility (企业主体责任): what customs would notice about an enterprise, as findings alone.

`patterns` looks through the trade of a sandbox, `ledger` keeps what was planted, asked and reported, `answers` judges
what an enterprise answers. All of it pure; `transport.control.duty` calls it.
"""
