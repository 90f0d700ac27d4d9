//! Whether the XML inside of a data field is well-formed, without building anything of it.
//!
//! Checked is what a receiver cannot do without: one outermost element, each element ended by
//! its own name in the right order, quotes and comments that end. Cost: O(text), no allocation.

/// Most elements within each other; FIXML has some ten.
const MAX_DEPTH: usize = 64;

/// Says whether the text is one well-formed XML element, perhaps with a declaration and comments
/// around it.
pub(crate) fn is_well_formed(text: &[u8]) -> bool {
    let mut open: [&[u8]; MAX_DEPTH] = [&[]; MAX_DEPTH];
    let (mut depth, mut roots) = (0, 0);
    let mut rest = text;
    loop {
        let markup = rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
        let (between, from) = rest.split_at(markup);
        if depth == 0 && !between.iter().all(u8::is_ascii_whitespace) {
            return false;
        }
        let Some(inside) = from.strip_prefix(b"<") else { break };
        let Some((markup, after)) = split_markup(inside) else { return false };
        rest = after;
        let (is_end, markup) = match markup {
            [b'!' | b'?', ..] => continue,
            [b'/', name @ ..] => (true, name),
            element => (false, element),
        };
        let is_name_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
        let name = &markup[..markup.iter().position(is_name_end).unwrap_or(markup.len())];
        if !name.first().is_some_and(|first| first.is_ascii_alphabetic() || *first >= b'_') {
            return false;
        }
        if is_end {
            if depth == 0 || open[depth - 1] != name {
                return false;
            }
            depth -= 1;
            continue;
        }
        roots += usize::from(depth == 0);
        if !markup.ends_with(b"/") {
            let Some(place) = open.get_mut(depth) else { return false };
            *place = name;
            depth += 1;
        }
    }
    depth == 0 && roots == 1
}

/// Splits behind the end of what a `<` has begun: comment, CDATA, or up to the `>` that stands
/// in no quotes.
fn split_markup(text: &[u8]) -> Option<(&[u8], &[u8])> {
    for (start, end) in [(&b"!--"[..], &b"-->"[..]), (b"![CDATA[", b"]]>"), (b"?", b"?>")] {
        if text.starts_with(start) {
            let from = start.len();
            let at = text[from..].windows(end.len()).position(|window| window == end)?;
            return Some((&text[..from], &text[from + at + end.len()..]));
        }
    }
    let mut quote = None;
    for (at, byte) in text.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some((&text[..at], &text[at + 1..])),
            (None, b'<') => return None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_element_whose_parts_all_end() {
        for text in [
            "<FIXML/>",
            "<FIXML><Order ID='1>2' Side=\"1\"><Hdr/></Order>text</FIXML>",
            "<?xml version='1.0'?>\n<!-- <a> --><a:b x='y' >\n<c></c></a:b> ",
            "<a><![CDATA[ <b> ]]></a>",
        ] {
            assert!(is_well_formed(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "text",
            "<a>",
            "</a>",
            "<a></b>",
            "<a><b></a></b>",
            "<a/><b/>",
            "<a x='></a>",
            "<a>text",
            "x<a/>",
            "<1/>",
            "<a <b></a>",
            "<!-- <a/>",
            "<>",
        ] {
            assert!(!is_well_formed(text.as_bytes()), "{text}");
        }
        let deep = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert!(is_well_formed(deep(MAX_DEPTH).as_bytes()));
        assert!(!is_well_formed(deep(MAX_DEPTH + 1).as_bytes()));
    }
}
