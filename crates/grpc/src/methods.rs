//! The calls that are served, by their paths: what measures and logs may name.

use onus_domain::{Error, Result};
use onus_proto::FILE_DESCRIPTOR_SET;
use prost::Message as _;
use prost_types::FileDescriptorSet;
use std::collections::BTreeSet;

/// Paths of the calls of `onus.v1` and of health, such as `/onus.v1.EditionService/GetEdition`.
///
/// The error says that the descriptor compiled in cannot be read, which no build of it yields.
pub fn methods() -> Result<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    for set in [FILE_DESCRIPTOR_SET, tonic_health::pb::FILE_DESCRIPTOR_SET] {
        for file in FileDescriptorSet::decode(set).map_err(Error::internal)?.file {
            for service in &file.service {
                let calls = service.method.iter();
                paths.extend(
                    calls.map(|call| format!("/{}.{}/{}", file.package(), service.name(), call.name())),
                );
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_call_has_its_path() {
        let paths = super::methods().unwrap();
        assert!(paths.contains("/onus.v1.EditionService/GetEdition"), "{paths:?}");
        assert!(paths.contains("/grpc.health.v1.Health/Check"), "{paths:?}");
        assert!(paths.iter().all(|path| path.matches('/').count() == 2));
    }
}
