"""What the site tells people by e-mail: which notices there are, how they are made and sent.

Imports point downwards: following and notifying stand on letters, links and sending.
"""
