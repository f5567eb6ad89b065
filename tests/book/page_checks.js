// What a page must fulfil, run inside the page; each function returns the list of offenders.
(() => {
  const content = () => document.querySelector("main article") ?? document.querySelector("main");
  const describe = (element) => {
    const text = (element.textContent || element.getAttribute("src") || "").trim();
    return `<${element.tagName.toLowerCase()} class="${element.className.baseVal ?? element.className}"> ${text.slice(0, 60)}`;
  };

  const ready = async () => {
    await window.MathJax?.startup?.promise;
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  };

  // The one title that a reader, a search engine and a screen reader start from.
  const headings = () => {
    const titles = [...content().querySelectorAll("h1")].filter((e) => e.offsetParent);
    return titles.length === 1 ? [] : [`${titles.length} first-level headings, but one is expected`];
  };

  // TeX that nothing has typeset: an element meant for MathJax without its output, or raw delimiters in the text.
  const rawMathematics = () => {
    const bare = [...document.querySelectorAll("main .math")].filter((e) => !e.querySelector("mjx-container"));
    const failed = [...document.querySelectorAll("main mjx-merror")];
    const copy = content().cloneNode(true);
    for (const e of copy.querySelectorAll("pre, code, script, style, mjx-container, math, annotation, textarea")) e.remove();
    const tex = copy.textContent.match(/\$[^$\n]{1,80}\$|\$\$|\\\(|\\\[|\\begin\{|\\(frac|sum|log|theta|langle)\b/g) ?? [];
    return [...bare.map(describe), ...failed.map(describe), ...tex];
  };

  const unnamedPictures = () =>
    [...document.querySelectorAll("main article img, main article svg")]
      .filter((e) => !e.closest("[aria-hidden=true], [role=presentation], mjx-container"))
      .filter((e) => !e.closest(".headerlink, .copybtn, .jupyter-widgets, .animation"))
      .filter((e) => !(e.getAttribute("alt") || e.getAttribute("aria-label") || e.querySelector(":scope > title")))
      .map(describe);

  const rgb = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const [R, G, B] = [r, g, b].map((c) => ((c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const background = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.a > 0.5) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const SELECTOR = "p, li, h1, h2, h3, td, th, figcaption, summary, a, code, pre span, .bd-sidebar a, .bd-footer-content p";

  // Text that is hard to read: contrast below 4.5 (WCAG AA), colours of syntax included.
  const faintText = () => {
    const found = new Map();
    for (const e of document.querySelectorAll(SELECTOR)) {
      if (!e.textContent.trim() || !e.offsetParent || e.closest(".headerlink, dialog, .animation")) continue;
      const [ink, paper] = [luminance(rgb(getComputedStyle(e).color)), luminance(background(e))];
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      if (ratio < 4.5) found.set(`${e.tagName} ${e.className}`, `${ratio.toFixed(2)}: ${describe(e)}`);
    }
    return [...found.values()];
  };

  // Elements that make the page itself scroll sideways; wide content must scroll in a box of its own.
  const tooWide = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("main *")].filter((e) => {
      if (e.getBoundingClientRect().right <= width + 1) return false;
      for (let p = e.parentElement; p && p.tagName !== "MAIN"; p = p.parentElement) {
        if (getComputedStyle(p).overflowX !== "visible") return false;
      }
      return true;
    });
    return [`page is ${document.documentElement.scrollWidth} px wide`, ...wide.slice(0, 5).map(describe)];
  };

  const brokenPictures = () =>
    [...document.images].filter((e) => e.offsetParent && e.complete && !e.naturalWidth).map(describe);

  window.checks = { ready, headings, rawMathematics, unnamedPictures, faintText, tooWide, brokenPictures };
})();
