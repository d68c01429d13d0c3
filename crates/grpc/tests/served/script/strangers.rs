//! What is one organisation's own, tried by another's people in the same role: refused, and the same call by its own people right after is
//! not.

use super::*;
use onus_proto::access::access;
use std::collections::BTreeSet;

/// Calls that were refused to other organisations' people, each with the role.
pub type Strangers = BTreeSet<(&'static str, &'static str)>;

/// Organisations' people of each role that some call is granted to for its own.
const PEOPLE: [(&str, &[&str]); 2] = [
    ("REGISTRAR", &["registrar", "registrar of X25", "registrar of X26"]),
    ("PROVIDER_USER", &["provider", "provider R1A"]),
];

/// A call that two organisations may make of the same thing: either party ends an agreement. The third may not.
const OF_TWO: (&str, [&str; 2]) = ("ReuseService/EndReuse", ["registrar", "registrar of X25"]);

impl Script {
    /// Has a call tried by others first, if it is granted to the caller's role for its own.
    pub(super) async fn refuse_others<M>(&mut self, call: &'static str, identity: &str, message: &M)
    where
        M: Message + Clone + 'static,
    {
        let grants = access(&format!("/onus.v1.{call}")).expect("a call of the contract");
        let Some((role, people)) = PEOPLE.iter().find(|(_, people)| people.contains(&identity)) else {
            return;
        };
        if !grants.iter().any(|grant| grant.own && grant.role == *role) {
            return;
        }
        let others = people.iter().filter(|other| **other != identity);
        let others = others.filter(|other| !(call == OF_TWO.0 && OF_TWO.1.contains(other)));
        for other in others {
            self.refuse(call, other, message.clone()).await;
        }
        if let Some(strangers) = &mut self.strangers {
            strangers.insert((call, role));
        }
    }

    async fn refuse<M: Message + 'static>(&self, call: &str, other: &str, message: M) {
        if call == "ConsultationService/ListConsultations" {
            // It names no consultation: everybody's list is of their own.
            let list: pb::ListConsultationsResponse =
                self.answer(call, other, message).await.expect("a list");
            assert_eq!((list.total_size, list.consultations.len()), (0, 0), "{call} by {other}");
            return;
        }
        let refused = self.answer::<M, ()>(call, other, message).await;
        let status = refused.expect_err(&format!("{call} by {other}: it is not theirs"));
        // What they may not know of is not there for them.
        let codes = [Code::PermissionDenied, Code::NotFound];
        assert!(codes.contains(&status.code()), "{call} by {other}: {status:?}");
    }
}
