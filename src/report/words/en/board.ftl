# The page about audits.

board-title = { $word }: audit
board-all-passed = ALL PASSED
board-to-look-at = { $count } TO LOOK AT
board-of = { $checked ->
        [one] { $checked } bundle, { $size }
       *[other] { $checked } bundles, { $size }
    }, of which { $passed } passed. The audit ended on { $at }, by the auditor's clock.
board-signed = Signed by { $who }; these results are whole, and what was signed.
board-signed-by-stranger = Signed by somebody whom you do not believe ({ $fingerprint }).
board-unsigned = Not signed: nothing shows that these results are what the audit said.
board-numbers = Numbers
board-over-time = Over time
board-plot = { $audits ->
        [one] A bar for { $audits } audit
       *[other] A bar for each of { $audits } audits
    }: how many bundles there were, and how many of them are to be looked at. The table below says the same.
board-legend = Filled: passed. Outlined: to look at.
board-ended = audit of
board-bundles = bundles
board-passed = passed
board-look-at = to look at
board-section-look-at = To look at, and since when
board-nothing = Nothing.
board-bundle = bundle
board-what = what is wrong
board-since = since
board-since-day = { $day }
board-since-or-longer = { $day } or longer
board-more = { $count ->
        [one] { $count } more is in the results.
       *[other] { $count } more are in the results.
    }
board-untracked = not in the register
board-unproven = time unproven
board-unproven-means = only the signer's clock says when it was sealed
board-audits = The audits
board-no-proof = This page proves nothing by itself: anybody can write one that looks like it. What counts are the results, their summary and its signature: sealbag audit verify RESULTS. They tell what was found then; they do not show that no bundle was taken away before it was listed, which only a register that is kept elsewhere does.

## how a bundle ended

outcome-intact = intact
outcome-withheld = intact, a part withheld
outcome-not-enough = not enough
outcome-unknown-signer = unknown signer
outcome-failed = failed
outcome-changed = changed
outcome-closed = closed
outcome-missing = missing
outcome-unread = could not be read
outcome-intact-means = what a believed signer sealed
outcome-withheld-means = what is shown is what was sealed, and signed releases account for the rest
outcome-not-enough-means = the seal holds, and something that was asked for does not
outcome-unknown-signer-means = the seal holds, and the auditor does not believe its signer
outcome-failed-means = altered, incomplete, or never sealed
outcome-changed-means = not what the register says
outcome-closed-means = encrypted, and the auditor has no key that opens it
outcome-missing-means = nothing is at its path
outcome-unread-means = a disk, a newer format, or an interruption kept it from being checked
