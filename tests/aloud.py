"""What a run says at its end, in red, of what it could not test: a skip alone is not seen among thousands of dots."""

ALOUD = "NOT TESTED:"  # a reason for a skip that begins so
