// What does a reader see of the report? Appended to a copy of the page, run by a browser, written into the page's body as JSON.
//
// Measured by the browser's own layout: charts, texts outside their charts, on top of each other or beyond their cells, whether the
// page scrolls sideways, broken anchors, and what was fetched. It changes nothing of the report itself.
(() => {
  const inside = (inner, outer) =>
    inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const found = { charts: 0, outside: [], overlapping: [], cells: [], anchors: [], fetched: [], wide: false, texts: 0 };
  for (const svg of document.querySelectorAll("svg")) {
    found.charts += 1;
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim() !== "");
    const boxes = texts.map((text) => text.getBoundingClientRect());
    found.texts += texts.length;
    texts.forEach((text, i) => {
      if (!inside(boxes[i], frame)) found.outside.push(text.textContent);
      for (let j = 0; j < i; j++) if (overlap(boxes[i], boxes[j])) found.overlapping.push([texts[j].textContent, text.textContent]);
    });
  }
  for (const cell of document.querySelectorAll("td, th")) {
    const content = document.createRange();
    content.selectNodeContents(cell);
    const boxes = [...content.getClientRects()];
    if (boxes.some((box) => box.right > cell.getBoundingClientRect().right + 1)) found.cells.push(cell.textContent);
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) found.anchors.push(link.hash);
  }
  found.fetched = performance.getEntriesByType("resource").map((entry) => entry.name);
  found.wide = document.documentElement.scrollWidth > document.documentElement.clientWidth + 1;
  document.body.innerHTML = "";
  const result = document.createElement("pre");
  result.id = "inspected";
  result.textContent = JSON.stringify(found);
  document.body.append(result);
})();
