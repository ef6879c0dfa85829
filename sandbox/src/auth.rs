//! For the server: issues and reads the account's token, from keys and times that it is handed.

use chrono::{DateTime, Duration, SubsecRound, TimeZone, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::guesses::{REISSUE_WINDOW, TOKEN_AUDIENCE};
use crate::problem::Problem;

/// How long a token lives.
const LIFETIME: Duration = Duration::hours(24);
const ISSUER: &str = "Self";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    unique_name: String,
    nbf: i64,
    exp: i64,
    iat: i64,
    iss: String,
    aud: String,
}

/// Signs and reads tokens.
pub(crate) struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Signer {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        }
    }

    /// A token for `account`, and when it expires.
    pub(crate) fn issue(
        &self,
        account: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), Problem> {
        // Whole seconds, as in the claims, so that a token that is issued again has the same
        // expiry.
        let expiry = now.trunc_subsecs(0) + LIFETIME;
        let claims = Claims {
            unique_name: account.to_owned(),
            nbf: now.timestamp(),
            exp: expiry.timestamp(),
            iat: now.timestamp(),
            iss: ISSUER.to_owned(),
            aud: TOKEN_AUDIENCE.to_owned(),
        };
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(|error| Problem::internal(format!("token: {:?}", error.kind())))?;
        Ok((token, expiry))
    }

    /// A token for `account` that expires at `end`.
    pub(crate) fn issue_expired(
        &self,
        account: &str,
        end: DateTime<Utc>,
    ) -> Result<String, Problem> {
        self.issue(account, end - LIFETIME).map(|(token, _)| token)
    }

    /// The account of `token`. Returns `None` if the sandbox did not issue it or it has expired at
    /// `now`.
    pub(crate) fn account(&self, token: &str, now: DateTime<Utc>) -> Option<String> {
        let claims = self.claims(token)?;
        (claims.nbf..claims.exp).contains(&now.timestamp()).then_some(claims.unique_name)
    }

    /// When `token` expires. Returns `None` if it is too late at `now` to issue it again.
    pub(crate) fn reissuable(&self, token: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let expiry = Utc.timestamp_opt(self.claims(token)?.exp, 0).single()?;
        (expiry - now > REISSUE_WINDOW).then_some(expiry)
    }

    fn claims(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Times are compared with the sandbox's own clock, which may stand still.
        validation.validate_exp = false;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[TOKEN_AUDIENCE]);
        decode::<Claims>(token, &self.decoding, &validation).ok().map(|data| data.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_lives_a_day() {
        let signer = Signer::new(b"secret");
        let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        let (token, expiry) = signer.issue("inn", start).unwrap();
        assert_eq!(expiry, start + LIFETIME);
        let table = [(-1, false), (0, true), (86_399, true), (86_400, false)];
        for (second, good) in table {
            let account = signer.account(&token, start + Duration::seconds(second));
            assert_eq!(account.as_deref() == Some("inn"), good, "second {second}");
        }
        assert_eq!(Signer::new(b"other").account(&token, start), None);
        assert_eq!(signer.account("not a token", start), None);
    }

    #[test]
    fn token_is_handed_out_again_until_five_minutes_before_its_end() {
        let signer = Signer::new(b"secret");
        let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        let (token, expiry) = signer.issue("inn", start).unwrap();
        for (left, again) in [(86_400, true), (301, true), (300, false), (0, false), (-1, false)] {
            let now = expiry - Duration::seconds(left);
            assert_eq!(signer.reissuable(&token, now).is_some(), again, "{left} s left");
        }
    }
}
