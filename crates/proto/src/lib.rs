//! The contract `onus.v1` as code: messages, clients (feature `client`), servers (feature `server`), and its descriptor.
//!
//! Everything in [`v1`] is made of `proto/onus/v1/*.proto` when this crate is built; the comments there are the documentation here.

pub mod access;
pub mod reference;

/// Messages and services of `onus.v1`.
#[expect(clippy::pedantic, reason = "generated code")]
#[cfg_attr(feature = "server", expect(clippy::allow_attributes, reason = "generated code"))]
#[cfg_attr(
    any(feature = "client", feature = "server"),
    expect(unused_qualifications, reason = "generated code")
)]
pub mod v1 {
    tonic::include_proto!("onus.v1");
}

/// The whole contract as an encoded `google.protobuf.FileDescriptorSet`, with what it imports and with its comments.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/onus-v1.binpb"));
