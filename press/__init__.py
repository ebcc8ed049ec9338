"""The press: values in, bytes out. Letters, mails and print batches (design.md §8).

No rows and no clock: what a letter says, and the day it carries, come with the letter.
"""
