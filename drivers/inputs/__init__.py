"""Contacts, measured values and switched outputs: Modbus boards, CH340 relays, GPIO lines."""
