"""Every sentence for people stands in this folder; zh-Hans is the source.

resident, staff: what each reads. refusals: what is said when something cannot be done. common: words shared.
"""
