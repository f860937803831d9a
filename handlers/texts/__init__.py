"""Every sentence for people stands in this folder; zh-Hans is the source.

resident, staff: what each is answered; intake: the dialogue. group: what groups read of a complaint; alert: of an
alert of the duty desk. refusals: what is said when something cannot be done. common: words shared.
"""
