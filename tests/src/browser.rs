//! One page in a Chromium of its own, driven over the DevTools protocol.
//!
//! Waiting is a promise inside the page that settles when the document has changed; only where the page itself goes away
//! the tab is looked at again and again.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use headless_chrome::{
    Browser, LaunchOptions, Tab,
    browser::tab::{ModifierKey, point::Point},
    protocol::cdp::{Emulation, Log, Network, Runtime::ConsoleAPICalledEventTypeOption as Console, types::Event},
};
use serde_json::Value;

use crate::chromium;

/// After this long without an answer the browser is taken for dead.
const DEAD: Duration = Duration::from_secs(180);
/// Between two looks at where the tab is.
const LOOK: Duration = Duration::from_millis(20);
const HEIGHT: u32 = 900;

/// Quiet, and without what a test machine lacks or must not reach.
const SWITCHES: [&str; 7] = [
    "--disable-quic",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-default-browser-check",
    "--no-pings",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
];

/// How the page is shown.
#[derive(Clone, Copy, Default)]
pub struct Look<'a> {
    /// CSS pixels; below 600 it is a phone.
    pub width: u32,
    /// Whether the system asks for dark colours.
    pub dark: bool,
    /// What the camera sees: a JPEG or MJPEG file named `*.mjpeg`.
    pub camera: Option<&'a Path>,
}

/// An open page.
pub struct Page {
    tab: Arc<Tab>,
    complaints: Arc<Mutex<Vec<String>>>,
    _browser: Browser,
}

impl Page {
    /// Opens an address.
    ///
    /// # Errors
    /// When there is no Chromium or it does not start.
    pub fn open(url: &str, look: Look) -> Result<Self> {
        let camera = look.camera.map(|path| {
            let mut switch = OsString::from("--use-file-for-fake-video-capture=");
            switch.push(path);
            switch
        });
        let switches = SWITCHES.iter().map(OsStr::new).chain(camera.as_deref()).collect();
        let options = LaunchOptions::default_builder()
            .path(Some(chromium::path()?))
            .sandbox(false)
            .idle_browser_timeout(DEAD)
            .args(switches)
            .build()?;
        let browser = Browser::new(options).context("Chromium does not start")?;
        let tab = browser.new_tab()?;
        let page = Self { tab, complaints: Arc::default(), _browser: browser };
        page.tab.set_default_timeout(DEAD);
        page.show(look)?;
        page.listen()?;
        page.tab.navigate_to(url)?.wait_until_navigated()?;
        Ok(page)
    }

    fn show(&self, Look { width, dark, .. }: Look) -> Result<()> {
        self.tab.call_method(Emulation::SetDeviceMetricsOverride {
            width,
            height: HEIGHT,
            device_scale_factor: 1.0,
            mobile: width < 600,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        })?;
        let feature = |name: &str, value: &str| Emulation::MediaFeature { name: name.into(), value: value.into() };
        self.tab.call_method(Emulation::SetEmulatedMedia {
            media: None,
            // Without motion, so that colours are measured where they rest.
            features: Some(vec![
                feature("prefers-color-scheme", if dark { "dark" } else { "light" }),
                feature("prefers-reduced-motion", "reduce"),
            ]),
        })?;
        self.tab.call_method(Emulation::SetFocusEmulationEnabled { enabled: true })?;
        Ok(())
    }

    fn listen(&self) -> Result<()> {
        let complaints = Arc::clone(&self.complaints);
        self.tab.add_event_listener(Arc::new(move |event: &Event| {
            if let Some(complaint) = complaint(event) {
                complaints.lock().unwrap().push(complaint);
            }
        }))?;
        self.tab.enable_log()?.enable_runtime()?;
        Ok(())
    }

    /// What an expression or promise comes to, as JSON.
    ///
    /// # Errors
    /// When it throws.
    pub fn eval(&self, expression: &str) -> Result<Value> {
        let wrapped = format!("(async () => JSON.stringify(await ({expression})) ?? 'null')()");
        let answer = self.tab.evaluate(&wrapped, true).with_context(|| expression.to_owned())?;
        let text = answer
            .value
            .as_ref()
            .and_then(Value::as_str)
            .with_context(|| format!("threw: {expression}: {answer:?}"))?;
        Ok(serde_json::from_str(text)?)
    }

    /// The text a selector's first element shows; it must be there.
    ///
    /// # Errors
    /// When nothing matches.
    pub fn text(&self, selector: &str) -> Result<String> {
        let text = self.eval(&format!("document.querySelector({selector:?}).innerText.trim()"))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until an expression is true of the document and returns its value.
    ///
    /// # Errors
    /// When the browser is taken for dead before.
    pub fn wait(&self, expression: &str) -> Result<Value> {
        self.eval(&format!(
            "new Promise((resolve) => {{
                const look = () => {{
                    const found = {expression};
                    if (found) {{ observer.disconnect(); resolve(found); }}
                }};
                const observer = new MutationObserver(look);
                observer.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
                look();
            }})"
        ))
    }

    /// Waits until the tab has gone to an address that ends so, which ends every promise of the page before.
    ///
    /// # Errors
    /// When the browser is taken for dead before.
    pub fn arrive(&self, ending: &str) -> Result<()> {
        let start = Instant::now();
        while !self.tab.get_url().ends_with(ending) {
            let late = start.elapsed() >= DEAD;
            anyhow::ensure!(!late, "never at {ending}, but at {}: {:?}", self.tab.get_url(), self.text("body"));
            thread::park_timeout(LOOK);
        }
        self.tab.wait_until_navigated()?;
        Ok(())
    }

    /// Clicks like a mouse does, in the middle of the first element that matches.
    ///
    /// # Errors
    /// When nothing matches or it cannot be scrolled to.
    pub fn click(&self, selector: &str) -> Result<()> {
        // In one exchange, for each takes a tenth of a second: the crate looks for answers no oftener.
        let at = self.eval(&format!(
            "(() => {{
                const node = document.querySelector({selector:?});
                node.scrollIntoViewIfNeeded();
                const {{ x, y, width, height }} = node.getClientRects()[0];
                return [x + width / 2, y + height / 2];
            }})()"
        ))?;
        let of = |axis: usize| at.get(axis).and_then(Value::as_f64).with_context(|| selector.to_owned());
        self.tab.click_point(Point { x: of(0)?, y: of(1)? })?;
        Ok(())
    }

    /// Gives files to a file input, as the system's dialog does.
    ///
    /// # Errors
    /// When nothing matches.
    pub fn attach(&self, selector: &str, file: &Path) -> Result<()> {
        let file = file.canonicalize()?;
        self.tab.find_element(selector)?.set_input_files(&[file.to_str().context("a path in UTF-8")?])?;
        Ok(())
    }

    /// Presses a key by its name in the DOM standard (`Tab`, `Enter`, `a`).
    ///
    /// # Errors
    /// When there is no such key.
    pub fn press(&self, key: &str) -> Result<()> {
        self.tab.press_key(key)?;
        Ok(())
    }

    /// Presses a key with Shift held.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn press_shift(&self, key: &str) -> Result<()> {
        self.tab.press_key_with_modifiers(key, Some(&[ModifierKey::Shift]))?;
        Ok(())
    }

    /// Types into what has the focus.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn enter(&self, text: &str) -> Result<()> {
        self.tab.send_character(text)?;
        Ok(())
    }

    /// Cuts or restores the page's network.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn offline(&self, offline: bool) -> Result<()> {
        self.tab.call_method(Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        })?;
        self.tab.call_method(Network::EmulateNetworkConditions {
            offline,
            latency: 0.0,
            download_throughput: -1.0,
            upload_throughput: -1.0,
            connection_Type: None,
            packet_loss: None,
            packet_queue_length: None,
            packet_reordering: None,
        })?;
        Ok(())
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When it does not come.
    pub fn reload(&self) -> Result<()> {
        self.tab.reload(false, None)?.wait_until_navigated()?;
        Ok(())
    }

    /// Errors and warnings of scripts, the console, the content security policy and missing files, so far.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }
}

fn complaint(event: &Event) -> Option<String> {
    match event {
        Event::LogEntryAdded(event) => {
            let entry = &event.params.entry;
            let url = entry.url.as_deref().unwrap_or_default();
            // Chromium logs every 4xx and every cut line; from the interface they are answers, not faults of the page.
            let answer = matches!(entry.source, Log::LogEntrySource::Network) && url.contains("/v1/");
            let loud = matches!(entry.level, Log::LogEntryLevel::Error | Log::LogEntryLevel::Warning);
            (loud && !answer).then(|| format!("{} {url}", entry.text))
        }
        Event::RuntimeExceptionThrown(event) => Some(format!("{:?}", event.params.exception_details)),
        Event::RuntimeConsoleAPICalled(event) if matches!(event.params.Type, Console::Error | Console::Warning) => {
            Some(format!("{:?}", event.params.args))
        }
        _ => None,
    }
}
