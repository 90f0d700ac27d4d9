//! The page: files of this folder, part of the program, no build step, nothing from elsewhere.

/// A file of the page.
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) content: &'static str,
}

/// Every file of the page.
pub(crate) const ASSETS: &[Asset] = &[
    Asset { path: "/", content_type: HTML, content: include_str!("dashboard/index.html") },
    Asset { path: "/style.css", content_type: CSS, content: include_str!("dashboard/style.css") },
    Asset { path: "/app.js", content_type: SCRIPT, content: include_str!("dashboard/app.js") },
    Asset { path: "/view.js", content_type: SCRIPT, content: include_str!("dashboard/view.js") },
    Asset {
        path: "/sessions.js",
        content_type: SCRIPT,
        content: include_str!("dashboard/sessions.js"),
    },
    Asset {
        path: "/orders.js",
        content_type: SCRIPT,
        content: include_str!("dashboard/orders.js"),
    },
    Asset { path: "/desks.js", content_type: SCRIPT, content: include_str!("dashboard/desks.js") },
    Asset {
        path: "/models.js",
        content_type: SCRIPT,
        content: include_str!("dashboard/models.js"),
    },
    Asset { path: "/chart.js", content_type: SCRIPT, content: include_str!("dashboard/chart.js") },
    Asset { path: "/experiment.css", content_type: CSS, content: crate::comparison::PAGE_CSS },
    Asset { path: "/icon.svg", content_type: SVG, content: include_str!("dashboard/icon.svg") },
];

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what stands between `before` and the next quote, everywhere in `text`.
    fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
        text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    fn content(path: &str) -> &'static str {
        ASSETS.iter().find(|asset| asset.path == path).expect("a file of the page").content
    }

    #[test]
    fn scripts_find_every_element_they_name_once() {
        let ids = quoted(content("/"), " id=\"");
        for (index, id) in ids.iter().enumerate() {
            assert!(!ids[..index].contains(id), "{id} is there twice");
        }
        for path in ["/app.js", "/view.js", "/orders.js", "/desks.js", "/sessions.js", "/models.js"]
        {
            for id in quoted(content(path), "$(\"") {
                assert!(ids.contains(&id), "{path} names {id}");
            }
        }
    }

    #[test]
    fn data_cannot_become_markup_or_come_from_elsewhere() {
        for Asset { path, content, .. } in ASSETS {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                assert!(!content.contains(word), "{path} has {word}");
            }
            let elsewhere = content.replace("http://www.w3.org/2000/svg", "");
            assert!(!elsewhere.contains("://"), "{path} reaches out");
        }
    }
}
