# What exactly is wrong with a timestamp, an authority, or the way to one: messages for rows in base/detail.rs.

detail-TokenForm = its { $part } does not have the form
detail-TokenStatus = the authority gave no token: its status is { $status }
detail-TokenImprint = it is over something else
detail-TokenNonce = it does not hold the nonce of the request
detail-TokenAlgorithm = it uses { $oid }, which counts for nothing here
detail-TokenKeyShort = an RSA key has { $bits } bits, fewer than { $least }
detail-TokenAttributes = its signed attributes lack the type, the hash or the certificate of what was signed
detail-TokenDigest = what it says does not have the hash that was signed
detail-TokenNoCertificate = the certificate that it names is not in it
detail-TokenOtherCertificate = it names another certificate than the one that is in it
detail-TokenSignature = its signature does not hold
detail-TokenUsage = the certificate of { $who } is not for timestamps alone
detail-TokenIssuer = the certificate of { $who } may not stand above another one where it does
detail-TokenExtension = it holds the critical extension { $oid }, which nothing is known of
detail-TokenExpired = its certificate, or one above, is valid from { $from } until { $until }, not at the time of the token
detail-TokenAuthority = no authority that you trust vouches for { $who }
detail-TokenStray = { $strays ->
        [0] it holds something that nothing vouches for
        [one] it holds a certificate that nothing vouches for
       *[other] it holds { $strays } certificates that nothing vouches for
    }
detail-TokenRevoked = the certificate of { $who } is revoked since { $since }
detail-TokenLate = it was made at { $at }, but what it renews ended at { $until } or is later
detail-TokenEnded = the certificates above it ended at { $until }, and it was not renewed before
detail-TokenListUseless = a revocation list of { $issuer }, issued at { $issued }, counts for nothing here
detail-TokenThere = it lies beside it already, as { $file }
detail-TokensEnough = has { $limit } tokens beside it, the most that are read
detail-NothingToRenew = has no token beside it that could be renewed
detail-NoRevocationList = it is no revocation list that tells of all certificates of its issuer
detail-NoCertificate = it holds no certificate
detail-AuthorityThere = this certificate is trusted already, as { $name }
detail-AuthorityNameThere = another authority has that name
detail-AuthorityAsKept = is not an authority as sealbag keeps it
detail-NoAuthorityOfName = no authority that you trust has that name or fingerprint
detail-NetUrl = is not an http or https address, or, for a proxy, not a socks5h one
detail-NetRefused = there is no connection: { $error }
detail-NetLate = there was no answer within { $seconds } seconds
detail-NetStatus = it answered with the HTTP status { $status }
detail-NetType = it answered with { $kind }, which is no timestamp
detail-NetBroken = the answer broke off: { $error }
detail-RescuedKey = its key was revoked at { $since }, but the seal was there before { $at }, as a timestamp proves
