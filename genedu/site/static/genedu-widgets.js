// Loaded between require.js and html-manager, on pages with widgets only.
(() => {
  // html-manager is one file; this tells it where its icon font lies.
  const folder = new URL("vendor/widgets", document.currentScript.src).href;
  window.requirejs.config({ paths: { "@jupyter-widgets": folder } });
  // It speaks to MathJax 2: pass its one call on to MathJax 3, once that is ready.
  addEventListener("DOMContentLoaded", () => {
    if (!window.MathJax) return;
    window.MathJax.Hub ??= {
      Queue: async ([, , element]) => {
        element.classList.add("mathjax_process");
        await window.MathJax.startup.promise;
        window.MathJax.typesetPromise([element]);
      },
    };
  });
})();
