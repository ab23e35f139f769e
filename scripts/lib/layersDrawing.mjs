// Draws docs/layers.svg: a box for each layer and each feature, every arrow from above to below. The same imports give the same drawing.
// It is one that GitHub, VS Code and a browser show alike: a background of its own, no style sheet, no font that must be loaded.

const box = { height: 40, gap: 28, rowGap: 46, letter: 7.6, padding: 30, least: 104 };
const small = { ...box, height: 34, gap: 22, rowGap: 40 };
const margin = 28;

const colors = {
  ink: '#1f2328',
  soft: '#59636e',
  line: '#6e7781',
  rule: '#d1d9e0',
  page: { fill: '#ffffff', stroke: '#d1d9e0' },
  editor: { fill: '#ddf4ff', stroke: '#54aeff' },
  pure: { fill: '#f6f8fa', stroke: '#afb8c1' },
  panel: { fill: '#f4faff', stroke: '#b6e3ff' },
};

/** The strongest kind first. */
const dashes = { run: '', lazy: '1.5 4', type: '6 4' };

/** The drawing of imports, as `importsOf` of layers.mjs gives them. Without circles among layers and among features. */
export function drawing(imports) {
  const layer = (file) => file.split('/')[1];
  const feature = (file) => (layer(file) === 'features' ? file.split('/')[2] : undefined);
  const inner = graphOf(imports, feature);
  const outer = graphOf(imports, layer);
  const usesEditor = (nameOf, name) =>
    imports.some(({ from, to }) => to === 'vscode' && nameOf(from) === name);
  const inside = arranged(inner, small, (name) => sizeOf(name, small));
  const panel = { width: inside.width + 48, height: inside.height + 62 };
  const outside = arranged(outer, box, (name) => (name === 'features' ? panel : sizeOf(name, box)));
  const at = outside.boxes.get('features') ?? { x: 0, y: 0 };
  const shifted = moved(inside, at.x + (at.width - inside.width) / 2, at.y + 44);
  const width = Math.max(outside.width, 560) + 2 * margin;
  const placed = moved(outside, margin + (width - 2 * margin - outside.width) / 2, margin);
  const placedInside = moved(shifted, margin + (width - 2 * margin - outside.width) / 2, margin);
  const height = placed.height + 2 * margin + legendHeight;
  const body = [
    ...[...placed.boxes].map(([name, each]) =>
      name === 'features' ? panelOf(each) : boxOf(name, each, usesEditor(layer, name)),
    ),
    ...[...placedInside.boxes].map(([name, each]) => boxOf(name, each, usesEditor(feature, name))),
    ...[...placed.arrows, ...placedInside.arrows].map(arrowOf),
    ...legend(margin, placed.height + margin + 56, width),
  ];
  return svgOf(width, height, body);
}

/** Names and arrows between them: those that no longer way stands for. An arrow has the strongest kind of its imports. */
function graphOf(imports, nameOf) {
  const names = new Set();
  const kinds = new Map();
  for (const { from, to, kind } of imports) {
    const [source, target] = [nameOf(from), to === 'vscode' ? undefined : nameOf(to)];
    [source, target].filter((name) => name !== undefined).forEach((name) => names.add(name));
    if (source !== undefined && target !== undefined && source !== target) {
      const key = JSON.stringify([source, target]);
      const both = [kinds.get(key), kind];
      kinds.set(
        key,
        Object.keys(dashes).find((each) => both.includes(each)),
      );
    }
  }
  const arrows = [...kinds].map(([key, kind]) => ({ ends: JSON.parse(key), kind }));
  const next = (name) => arrows.filter(({ ends }) => ends[0] === name).map(({ ends }) => ends[1]);
  const reaches = (name, wanted) => name === wanted || next(name).some((each) => reaches(each, wanted));
  const isDirect = ({ ends: [from, to] }) => !next(from).some((each) => each !== to && reaches(each, to));
  return {
    names: [...names].toSorted(byText),
    arrows: arrows
      .filter(isDirect)
      .map(({ ends: [from, to], kind }) => ({ from, to, kind }))
      .toSorted((a, b) => byText(`${a.from} ${a.to}`, `${b.from} ${b.to}`)),
  };
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sizeOf(name, { letter, padding, least, height }) {
  return { width: Math.max(least, Math.round(name.length * letter + padding)), height };
}

/**
 * Boxes in rows, each as far down as what it imports allows. An arrow over several rows has a place in each, so that it goes through no
 * box. The order in a row is one with few crossings.
 */
function arranged({ names, arrows }, { gap, rowGap }, size) {
  const level = new Map();
  const levelOf = (name) => {
    if (!level.has(name)) {
      const below = arrows.filter(({ from }) => from === name).map(({ to }) => levelOf(to) + 1);
      level.set(name, Math.max(0, ...below));
    }
    return level.get(name);
  };
  names.forEach(levelOf);
  const nodes = new Map(names.map((name) => [name, { ...size(name), level: level.get(name), name }]));
  const steps = [];
  const ways = arrows.map((arrow) => {
    const way = [nodes.get(arrow.from)];
    for (let at = way[0].level - 1; at > level.get(arrow.to); at -= 1) {
      const bend = { width: 10, height: 0, level: at, name: `${arrow.from} ${arrow.to} ${at}`, bend: true };
      nodes.set(bend.name, bend);
      way.push(bend);
    }
    way.push(nodes.get(arrow.to));
    way.slice(1).forEach((to, n) => steps.push({ from: way[n], to }));
    return { ...arrow, way };
  });
  const rows = ordered(
    Array.from({ length: Math.max(-1, ...level.values()) + 1 }, (_, n, all) =>
      [...nodes.values()].filter((node) => node.level === n),
    ).toReversed(),
    steps,
  );
  spread(rows, steps, gap);
  const left = Math.min(...rows.flat().map(({ x, width }) => x - width / 2));
  let y = 0;
  for (const row of rows) {
    const height = Math.max(...row.map((node) => node.height));
    row.forEach((node) => {
      node.x = Math.round(node.x - left);
      node.top = y + (height - node.height) / 2;
      node.rowTop = y;
      node.rowBottom = y + height;
    });
    y += height + rowGap;
  }
  const right = Math.max(0, ...rows.flat().map(({ x, width }) => x + width / 2));
  return {
    width: right,
    height: Math.max(0, y - rowGap),
    boxes: new Map(
      names.map((name) => {
        const { x, top, width, height } = nodes.get(name);
        return [name, { x: x - width / 2, y: top, width, height }];
      }),
    ),
    arrows: ways.map(({ kind, way }) => ({ kind, points: pointsOf(way, ways) })),
  };
}

/** Rows in the order with the fewest crossings of some that are tried: each node near the middle of its neighbours. */
function ordered(rows, steps) {
  let best = rows;
  let current = rows;
  for (let n = 0; n < 12; n += 1) {
    const place = new Map(current.flatMap((row) => row.map((node, at) => [node, at - (row.length - 1) / 2])));
    const down = n % 2 === 0;
    const next = [];
    for (const row of down ? current : current.toReversed()) {
      const wish = new Map(
        row.map((node) => {
          const near = steps.flatMap(({ from, to }) =>
            down ? (to === node ? [from] : []) : from === node ? [to] : [],
          );
          return [node, near.length === 0 ? place.get(node) : mean(near.map((each) => place.get(each)))];
        }),
      );
      const sorted = row.toSorted((a, b) => wish.get(a) - wish.get(b) || byText(a.name, b.name));
      sorted.forEach((node, at) => place.set(node, at - (sorted.length - 1) / 2));
      next.push(sorted);
    }
    current = down ? next : next.toReversed();
    best = crossings(current, steps) < crossings(best, steps) ? current : best;
  }
  return best;
}

function crossings(rows, steps) {
  const place = new Map(rows.flatMap((row) => row.map((node, at) => [node, at])));
  const spans = steps.map(({ from, to }) => [from.level, place.get(from), place.get(to)]);
  return spans.reduce(
    (sum, [level, from, to], n) =>
      sum + spans.slice(n + 1).filter((o) => o[0] === level && (from - o[1]) * (to - o[2]) < 0).length,
    0,
  );
}

/** How much more the straightness of a long arrow counts than the nearness of boxes. */
const straight = 30;

/** Gives each node the middle `x`: near those of its neighbours, as far as the room that the others in its row need allows. */
function spread(rows, steps, gap) {
  const distance = (a, b) => (a.width + b.width) / 2 + (a.bend && b.bend ? gap / 2 : gap);
  rows.forEach((row) =>
    settle(
      row,
      row.map(() => 0),
      distance,
    ),
  );
  for (let n = 0; n < 300; n += 1) {
    for (const row of n % 2 === 0 ? rows : rows.toReversed()) {
      const wishes = row.map((node) => {
        const near = steps.flatMap(({ from, to }) => (from === node ? [to] : to === node ? [from] : []));
        // Of a long arrow, what is between the boxes is straight before all else.
        const wished = near.flatMap(({ x, bend }) => Array(node.bend && bend ? straight : 1).fill(x));
        return near.length === 0 ? node.x : mean(wished);
      });
      settle(row, wishes, distance);
    }
  }
}

/** The places nearest to those wished for that keep order and distance: neighbours that want the same room share it. */
function settle(row, wishes, distance) {
  const offsets = [0];
  row.slice(1).forEach((node, n) => offsets.push(offsets[n] + distance(row[n], node)));
  const blocks = [];
  row.forEach((_, n) => {
    let block = { sum: wishes[n] - offsets[n], count: 1 };
    while (blocks.length > 0 && blocks.at(-1).sum / blocks.at(-1).count > block.sum / block.count) {
      const before = blocks.pop();
      block = { sum: before.sum + block.sum, count: before.count + block.count };
    }
    blocks.push(block);
  });
  const bases = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  row.forEach((node, n) => (node.x = bases[n] + offsets[n]));
}

function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** Where an arrow leaves its box, bends and arrives. The arrows of a box have places of their own on its edge. */
function pointsOf(way, ways) {
  const [first, last] = [way[0], way.at(-1)];
  const starts = ways.filter((each) => each.way[0] === first).map((each) => [each.way[1], each.way]);
  const ends = ways.filter((each) => each.way.at(-1) === last).map((each) => [each.way.at(-2), each.way]);
  return [
    { x: portOf(first, starts, way), y: first.top + first.height },
    ...way.slice(1, -1).flatMap(({ x, rowTop, rowBottom }) => [
      { x, y: rowTop },
      { x, y: rowBottom },
    ]),
    { x: portOf(last, ends, way), y: last.top },
  ];
}

function portOf(node, others, way) {
  const sorted = others.toSorted((a, b) => a[0].x - b[0].x || byText(a[0].name, b[0].name));
  const n = sorted.findIndex((each) => each[1] === way);
  const room = node.width - 32;
  const step = Math.min(18, room / Math.max(1, sorted.length - 1));
  if (node.width > 300) {
    // A wide box: straight down to the other.
    return Math.round(Math.min(node.x + room / 2, Math.max(node.x - room / 2, sorted[n][0].x)));
  }
  return Math.round(node.x + (n - (sorted.length - 1) / 2) * step);
}

function moved({ width, height, boxes, arrows }, x, y) {
  return {
    width,
    height,
    boxes: new Map([...boxes].map(([name, each]) => [name, { ...each, x: each.x + x, y: each.y + y }])),
    arrows: arrows.map(({ kind, points }) => ({
      kind,
      points: points.map((point) => ({ x: point.x + x, y: point.y + y })),
    })),
  };
}

const number = (value) => String(Math.round(value * 10) / 10);
const attributes = (all) =>
  Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? number(value) : escaped(value)}"`)
    .join('');

function escaped(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (found) => names[found]);
}

function element(name, all, content) {
  return content === undefined
    ? `<${name}${attributes(all)}/>`
    : `<${name}${attributes(all)}>${content}</${name}>`;
}

function text(x, y, content, more = {}) {
  return element('text', { x, y, fill: colors.ink, ...more }, escaped(content));
}

function boxOf(name, { x, y, width, height }, usesEditor) {
  const { fill, stroke } = usesEditor ? colors.editor : colors.pure;
  return [
    element('rect', { x, y, width, height, rx: 6, fill, stroke }),
    text(x + width / 2, y + height / 2 + 5, name, { 'text-anchor': 'middle' }),
  ].join('\n');
}

function panelOf({ x, y, width, height }) {
  return [
    element('rect', { x, y, width, height, rx: 10, ...colors.panel }),
    text(x + 16, y + 26, 'features', { 'font-weight': '600' }),
    text(x + 96, y + 26, 'each is entered through its index.ts', { fill: colors.soft, 'font-size': 12 }),
  ].join('\n');
}

function arrowOf({ kind, points }) {
  const [first, ...rest] = points;
  const parts = rest.map((point, n) => {
    const before = points[n];
    const middle = (before.y + point.y) / 2;
    return before.x === point.x
      ? `L ${number(point.x)} ${number(point.y)}`
      : `C ${[before.x, middle, point.x, middle, point.x, point.y].map(number).join(' ')}`;
  });
  return element('path', {
    d: `M ${number(first.x)} ${number(first.y)} ${parts.join(' ')}`,
    fill: 'none',
    stroke: colors.line,
    'stroke-width': 1.5,
    'stroke-dasharray': dashes[kind],
    'marker-end': 'url(#tip)',
  });
}

const legendHeight = 108;

function legend(x, y, width) {
  const soft = { fill: colors.soft, 'font-size': 12 };
  const arrows = [
    ['run', 'imports'],
    ['lazy', 'loads on first use'],
    ['type', 'imports only types'],
  ].flatMap(([kind, words], n) => {
    const at = x + n * 165;
    const line = { x1: at, y1: y, x2: at + 32, y2: y, stroke: colors.line, 'stroke-width': 1.5 };
    return [
      element('line', { ...line, 'stroke-dasharray': dashes[kind], 'marker-end': 'url(#tip)' }),
      text(at + 42, y + 4, words, soft),
    ];
  });
  const fills = [
    ['editor', 'uses VS Code'],
    ['pure', 'knows no editor'],
  ].flatMap(([kind, words], n) => {
    const at = x + n * 165;
    return [
      element('rect', { x: at, y: y + 19, width: 32, height: 14, rx: 3, ...colors[kind] }),
      text(at + 42, y + 30, words, soft),
    ];
  });
  const note = 'An arrow is left out where other arrows lead to the same box.';
  const rule = { x1: x, y1: y - 28, x2: width - x, y2: y - 28, stroke: colors.rule };
  return [element('line', rule), ...arrows, ...fills, text(x, y + 56, note, soft)];
}

function svgOf(width, height, body) {
  const tip = element(
    'marker',
    ...[{ id: 'tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' }],
    element('path', { d: 'M 0 0.5 L 8 4 L 0 7.5 z', fill: colors.line }),
  );
  return [
    `<svg${attributes({
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${number(width)} ${number(height)}`,
      'font-family': '-apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif',
      'font-size': 14,
      role: 'img',
      'aria-labelledby': 'title',
    })}>`,
    '<!-- Drawn by scripts/lib/layersDrawing.mjs from the imports of src. -->',
    element('title', { id: 'title' }, 'The layers of src and what imports what'),
    element('defs', {}, tip),
    // So that it reads on a dark page, too.
    element('rect', { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10, ...colors.page }),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}
