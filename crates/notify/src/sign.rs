//! Signatures and secrets of webhooks, in the form of the open specification Standard Webhooks, so that receivers find libraries for them.

use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use onus_domain::{Error, Result};
use ring::{
    hmac,
    rand::{SecureRandom as _, SystemRandom},
};

/// What secrets begin with.
const PREFIX: &str = "whsec_";

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("the system gives no random bytes"))?;
    Ok(bytes)
}

/// A new secret: `whsec_` and 32 random bytes in base64.
pub fn new_secret() -> Result<String> {
    Ok(format!("{PREFIX}{}", STANDARD.encode(random()?)))
}

/// A new token for links: 32 random bytes.
pub fn new_token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random()?))
}

/// The signature of a message: `v1,` and HMAC-SHA256 over `id.timestamp.body` in base64, keyed with the bytes that the secret spells.
pub fn signature(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> Result<String> {
    let spelt = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let key = STANDARD.decode(spelt).map_err(|_| Error::internal("a webhook's secret is not base64"))?;
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    context.update(format!("{id}.{timestamp}.").as_bytes());
    context.update(body);
    Ok(format!("v1,{}", STANDARD.encode(context.sign())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification (github.com/standard-webhooks).
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_and_tokens_are_new_each_time() {
        let (one, two) = (new_secret().unwrap(), new_secret().unwrap());
        assert!(one != two && one.starts_with(PREFIX) && signature(&one, "a", 0, b"").is_ok());
        assert_eq!(new_token().unwrap().len(), 43);
    }
}
