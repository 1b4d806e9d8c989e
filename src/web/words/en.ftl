# What only the page says that checks bundles in a browser. All else it takes from the catalogue in report/words.

web-reason = reason: { $reason }
web-digits = { $label }  { $digits }
