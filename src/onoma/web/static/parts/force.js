// Places for the nodes of a graph: linked nodes pull, near nodes push (Fruchterman and Reingold 1991,
// with their grid: only nodes of cells that touch push each other, so that a step is linear).

const LENGTH = 60; // of a link at rest

export class Layout {
  constructor() {
    this.x = new Float64Array(64);
    this.y = new Float64Array(64);
    this.size = 0;
    this.links = []; // [one, other]
    this.heat = 0;
  }

  /** Add a node near another (a place in the order of adding), or in the middle. */
  add(near) {
    if (this.size === this.x.length) {
      for (const axis of ["x", "y"]) {
        const grown = new Float64Array(this.size * 2);
        grown.set(this[axis]);
        this[axis] = grown;
      }
    }
    // a sunflower's angle: new nodes stand apart, and the picture is the same each time
    const turn = this.size * 2.399963, far = near === undefined ? 18 * Math.sqrt(this.size + 1) : LENGTH;
    this.x[this.size] = (near === undefined ? 0 : this.x[near]) + far * Math.cos(turn);
    this.y[this.size] = (near === undefined ? 0 : this.y[near]) + far * Math.sin(turn);
    this.heat = 1;
    return this.size++;
  }

  /** Move all nodes one step; return whether they still move. */
  step(held = -1) {
    const { x, y, size } = this;
    const dx = new Float64Array(size), dy = new Float64Array(size);
    this.#push(dx, dy);
    const ties = new Int32Array(size);
    for (const [a, b] of this.links) { ties[a]++; ties[b]++; }
    for (const [a, b] of this.links) {
      const gx = x[b] - x[a], gy = y[b] - y[a], far = Math.hypot(gx, gy) || 1;
      const pull = .12 * (far - LENGTH - 9 * Math.sqrt(Math.max(ties[a], ties[b]))) / far; // many ties need room
      const share = ties[b] / (ties[a] + ties[b]); // who has many ties moves less
      dx[a] += gx * pull * share * 2; dy[a] += gy * pull * share * 2;
      dx[b] -= gx * pull * (1 - share) * 2; dy[b] -= gy * pull * (1 - share) * 2;
    }
    const most = 22 * this.heat;
    for (let one = 0; one < size; one++) {
      dx[one] -= x[one] * .006; dy[one] -= y[one] * .006;
      const far = Math.hypot(dx[one], dy[one]) || 1, part = Math.min(far, most) / far;
      if (one !== held) { x[one] += dx[one] * part; y[one] += dy[one] * part; }
    }
    this.heat *= size > 500 ? .96 : .975;
    if (this.heat < .02) this.heat = 0;
    return this.heat > 0;
  }

  #push(dx, dy) {
    const { x, y, size } = this, cell = LENGTH * 1.6;
    const cells = new Map();
    const key = (column, row) => column * 65537 + row;
    for (let one = 0; one < size; one++) {
      const at = key(Math.floor(x[one] / cell), Math.floor(y[one] / cell));
      const there = cells.get(at);
      there ? there.push(one) : cells.set(at, [one]);
    }
    for (let one = 0; one < size; one++) {
      const column = Math.floor(x[one] / cell), row = Math.floor(y[one] / cell);
      for (let right = -1; right <= 1; right++) for (let down = -1; down <= 1; down++) {
        for (const other of cells.get(key(column + right, row + down)) ?? []) {
          if (other <= one) continue;
          const gx = x[one] - x[other], gy = y[one] - y[other], square = gx * gx + gy * gy || .01;
          if (square > cell * cell) continue;
          const push = 620 / square * (1 - square / (cell * cell));
          dx[one] += gx * push; dy[one] += gy * push; dx[other] -= gx * push; dy[other] -= gy * push;
        }
      }
    }
  }
}
