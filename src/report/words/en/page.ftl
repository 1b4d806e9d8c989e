# The page that `sealbag report` makes.

# in the title bar of a window
page-title = { $word }: { $bundle }
page-of = the bundle { $bundle }
page-sections = parts of this page
page-made = Made on { $at } by sealbag { $version }.
page-you = “You” on this page is whoever made it.
page-no-proof = This page proves nothing by itself: anybody can write one that looks like it. What counts is the bundle, and whoever has it can check it again: sealbag verify BUNDLE

## what the word means

banner-verified = What is shown here is what was sealed, and you believe the signer.
banner-failed = Do not rely on this bundle: it was altered, is damaged or incomplete, or is not signed. Nothing of what is in it is shown here.
banner-cannot-check = It could not be checked. Nothing of what is in it is shown here.
banner-stranger = A stranger's bundle: the seal holds, but you have not said that you believe its signer. All that follows is what a stranger says.
banner-revoked = The seal holds, but you no longer believe the key that made it. All that follows is what somebody says who is not believed.
banner-other = The seal holds, but it is not that of the person you named. All that follows is what somebody else says.
banner-author = The signer is believed, but a part was withheld by somebody who is not.
banner-not-enough = The seal holds and the signer is believed, but something that you asked for is not met.

## parts

section-answers = Five answers
section-withheld = What is withheld
section-hands = From hand to hand
section-story = The report
section-case = The case
section-pictures = Pictures
section-files = Files and facts
section-digests = Digests
section-check = How to check it without sealbag

## what is withheld

nothing-withheld = Nothing is withheld.
withheld-untold = What is withheld is not told here, only how much: that is all the bundle says.

## who held it

held-about = What keepers signed about each copy, as the logs that were given tell it together.
held-unseen = That a log was cut off at its end, or that there is another one, cannot be seen here.
held-copy = Copy { $number }
held-log = log { $log }
held-from = came from copy { $copy }, its step { $step }
held-from-elsewhere = came with a handover that stands in none of these logs
held-gap = { $count ->
        [one] step { $first } is missing here
       *[other] steps { $first } to { $last } are missing here
    }
held-fork = This log was written on in two ways: there are several entries with the number { $step }.
held-way = way { $number }
# 3: given away by "Amina"
held-step = { $step }: { $event } by { $by }
held-received = received
held-released = given away
held-accepted = confirmed as arrived
held-copied = copied
held-stored = stored
held-verified = verified again
held-withheld = made into one that shows less
held-countersigned = countersigned
held-noted = noted
held-to = to { $to }
held-verdict = found { $word }
held-where = where
held-why = what for
held-note = note
held-in = in log { $logs }
keeper-revoked = { $who }, whom you no longer believe
keeper-stranger = A STRANGER ({ $key })

## what the bundle shows

stated-by-signer = What the signer states. That the bundle is whole does not make it true.
story-other = Not shown here: it is { $kind }, which this page does not show as text. It is in the bundle.
story-cut = The rest, { $left }, is not shown here. It is in the bundle.
# a source is called S1, S2 and so on
source = Source { $source }
pictures-small = Small pictures, made for this page. The files themselves are in the bundle.
picture-name = Picture { $path }
picture-credit = Credit: { $credit }
# what the signer says of a twin; any other way of making one is not told here
picture-made = Made of { $of }.
picture-made-bare = Made of { $of }: the same pixels, without what that file says of itself.
picture-made-anew = Made of { $of }: encoded anew, without what that file says of itself.
picture-made-covered = Made of { $of }: an area is covered.
more-pictures = { $count ->
        [one] { $count } more picture is
       *[other] { $count } more pictures are
    } in the bundle and not shown here.
more-files = { $count ->
        [one] { $count } more file is
       *[other] { $count } more files are
    } in the bundle and not told of here.
stated-and-read = What the signer states stands beside what the file says in its own bytes. The signer sealed the first. A camera or program, or anybody since, wrote the second.
facts-of = Facts about { $path }
column-fact = fact
column-stated = stated by the signer
column-read = read from the file
value-cut = … and { $count ->
        [one] { $count } more character
       *[other] { $count } more characters
    }

## why there is no small picture

preview-NoPicture = no picture
preview-Kind = not shown here: { $kind } is not decoded
preview-TooLarge = not shown here: { $width } × { $height } pixels are too many
preview-Broken = not shown here: it cannot be decoded

## digests and stock tools

label-key = signer's key
label-fingerprint = fingerprint
check-without = Unpack the bundle and open a terminal in its folder. An encrypted one is decrypted with age first. These steps come from sealbag and not from the bundle.
