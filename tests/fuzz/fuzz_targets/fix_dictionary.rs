//! Any text as a dictionary in QuickFIX's XML format: what is compiled can be used.
#![no_main]

use gannet_fix::codec::Decoded;
use gannet_fix::{Decoder, Dictionary};
use libfuzzer_sys::fuzz_target;

/// A message with a group, a data field and a user-defined tag.
const MESSAGE: &[u8] =
    b"8=FIX.4.4\x019=70\x0135=D\x0134=2\x0149=A\x0156=B\x0152=20240808-12:00:00\x01\
    453=1\x01448=x\x0195=1\x0196=\x01\x015001=y\x0110=001\x01";

fuzz_target!(|text: &str| {
    let Ok(dictionary) = Dictionary::from_xml(text) else { return };
    assert_eq!(
        dictionary.fields().len(),
        dictionary.fields().iter().filter(|field| dictionary.field(field.tag).is_some()).count()
    );
    for (msg_type, name) in dictionary.messages() {
        assert_eq!(dictionary.message_name(msg_type.as_bytes()), Some(name));
    }
    let mut decoder = Decoder::with_data_fields(dictionary.data_fields());
    if let Decoded::Message { message, .. } = decoder.decode(MESSAGE) {
        let fields: usize = message
            .top_level(&dictionary)
            .map(|(_, bytes)| bytes.iter().filter(|byte| **byte == 1).count())
            .sum();
        // The data is a separator itself, and may be taken for a field where it is unknown.
        assert!(fields >= message.body().len() - 1);
        for counter in [453, 95] {
            let entries = message.group(&dictionary, counter).into_iter().flatten();
            assert!(
                entries.map(|entry| entry.fields().len()).sum::<usize>() <= message.body().len()
            );
        }
    }
});
