//! Where a request comes from: the other end of its connection, or, if that is a proxy that is trusted, what it says.

use axum::http::HeaderMap;
use onus_domain::Violation;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Addresses that share their first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    /// As IPv6, IPv4 mapped.
    first: u128,
    mask: u128,
}

/// An address as IPv6, so that both kinds compare.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl FromStr for Network {
    type Err = ();

    /// `10.0.0.0/8`, `2001:db8::/32`, or one address.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let (own, before) = if address.is_ipv4() { (Ipv4Addr::BITS, 96) } else { (Ipv6Addr::BITS, 0) };
        let length = length.map_or(Ok(own), str::parse).map_err(|_| ())?;
        if length > own {
            return Err(());
        }
        let mask = u128::MAX.checked_shl(Ipv6Addr::BITS - before - length).unwrap_or(0);
        Ok(Self { first: bits(address) & mask, mask })
    }
}

/// The proxies whose word about their clients is believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxies(Vec<Network>);

impl FromStr for Proxies {
    type Err = Violation;

    fn from_str(text: &str) -> Result<Self, Violation> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let read = names.map(|name| name.parse().map_err(|()| name)).collect::<Result<_, _>>();
        read.map(Self).map_err(|name| {
            let expected =
                "addresses or networks such as 10.0.0.0/8, with commas between them; empty for none";
            Violation::new("server.trusted_proxies", "NETWORK", name, expected)
        })
    }
}

impl Proxies {
    /// Whether `address` is one of them.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| bits(address) & network.mask == network.first)
    }

    /// Who asked: `peer`, or, as far as proxies are trusted, the last address in `X-Forwarded-For` that is no such proxy.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let named: Vec<_> = values.flat_map(|value| value.split(',')).map(read_address).collect();
        let mut client = peer;
        for address in named.into_iter().rev() {
            // What cannot be read was not written by a proxy of ours: whoever is before it is not known.
            let Some(address) = address else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}

/// An address as proxies write it: bare, in brackets, with a port.
fn read_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().map(|with_port: std::net::SocketAddr| with_port.ip()))
        .or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, forwarded: &[&str]) -> String {
        let proxies: Proxies = trusted.parse().unwrap();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let (ours, peer) = ("10.0.0.0/8, 2001:db8::/32", "10.1.1.1");
        assert_eq!(client("", peer, &["1.2.3.4"]), peer);
        assert_eq!(client(ours, "11.1.1.1", &["1.2.3.4"]), "11.1.1.1");
        assert_eq!(client(ours, peer, &[]), peer);
        assert_eq!(client(ours, peer, &["1.2.3.4"]), "1.2.3.4");
        // A client may write what it likes before what the proxy adds.
        assert_eq!(client(ours, peer, &["6.6.6.6, 1.2.3.4", "10.2.2.2"]), "1.2.3.4");
        assert_eq!(client(ours, peer, &["6.6.6.6", "unknown", "10.2.2.2"]), "10.2.2.2");
        assert_eq!(client(ours, "2001:db8::9", &["[2001:db9::1]:443"]), "2001:db9::1");
        assert_eq!(client(ours, peer, &["1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(client("10.1.1.1", "::ffff:10.1.1.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(client("0.0.0.0/0", "9.9.9.9", &["1.2.3.4"]), "1.2.3.4");
    }

    #[test]
    fn what_is_no_network_is_named() {
        for bad in ["here", "10.0.0.0/33", "10.0.0.0/x", "::/129", "10.0.0.1, there"] {
            let violation = bad.parse::<Proxies>().unwrap_err();
            assert_eq!(
                (violation.field.as_str(), violation.rule.as_str()),
                ("server.trusted_proxies", "NETWORK")
            );
        }
    }
}
