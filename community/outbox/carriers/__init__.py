"""Carriers: how a message leaves the house by Zalo, as a text message or by e-mail. One module each."""
