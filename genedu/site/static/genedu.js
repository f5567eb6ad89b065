// Two things that CSS cannot do: inline mathematics wider than its column gets a scroll box of its
// own, and on paper every fold is open but those of hidden code and of solutions.
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  const mark = () => {
    for (const math of document.querySelectorAll(".bd-article mjx-container:not([display])")) {
      math.classList.remove("wide");
      const box = math.closest("p, li, td, dd, summary, figcaption, blockquote, div");
      math.classList.toggle("wide", math.offsetWidth > box.clientWidth + 1);
    }
  };
  mark();
  let frame;
  addEventListener("resize", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(mark);
  });
});
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not(.hide, .solution)")) fold.open = true;
});
