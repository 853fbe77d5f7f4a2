"""The technician's touch screen: `hall-field touch`, opened from the kiosk behind its hidden gesture and PIN."""
