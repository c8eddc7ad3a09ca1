import type { OrnamentElement } from './load-template.ts'

type Doc = PDFKit.PDFDocument

/** Draws an ornament that says nothing: a reader that speaks the page passes over it (ISO 32000-2, 14.8.2.2). */
export function drawOrnament(doc: Doc, element: OrnamentElement, color: string): void {
  doc.save()
  if (element.type === 'frame') drawFrame(doc, element, color)
  else if (element.type === 'rosette') drawRosette(doc, element, color)
  else if (element.type === 'blossom') drawBlossom(doc, element, color)
  else drawRule(doc, element, color)
  doc.restore()
}

type Of<T extends OrnamentElement['type']> = Extract<OrnamentElement, { type: T }>

/** A rectangle whose corners are cut in by quarter circles. */
function drawFrame(doc: Doc, { inset, lineWidth, notch }: Of<'frame'>, color: string): void {
  const [left, top] = [inset, inset]
  const right = doc.page.width - inset
  const bottom = doc.page.height - inset
  const n = notch
  const path = [
    `M ${left + n} ${top} L ${right - n} ${top} A ${n} ${n} 0 0 0 ${right} ${top + n}`,
    `L ${right} ${bottom - n} A ${n} ${n} 0 0 0 ${right - n} ${bottom}`,
    `L ${left + n} ${bottom} A ${n} ${n} 0 0 0 ${left} ${bottom - n}`,
    `L ${left} ${top + n} A ${n} ${n} 0 0 0 ${left + n} ${top} Z`,
  ]
  doc.path(path.join(' ')).lineWidth(lineWidth).stroke(color)
}

/** Closed curves wound around a ring, as engraved on securities: hypotrochoids, each turned a little further. */
function drawRosette(doc: Doc, { x, y, radius, petals, lines, lineWidth }: Of<'rosette'>, color: string): void {
  const steps = petals * 6
  for (let line = 0; line < lines; line++) {
    const turn = (line / lines) * ((2 * Math.PI) / petals)
    const amplitude = radius * 0.17
    const at = (t: number): [number, number, number, number] => {
      const r = radius * 0.82 + amplitude * Math.cos(petals * (t - turn))
      const dr = -amplitude * petals * Math.sin(petals * (t - turn))
      const [cos, sin] = [Math.cos(t), Math.sin(t)]
      return [x + r * cos, y + r * sin, dr * cos - r * sin, dr * sin + r * cos]
    }
    const dt = (2 * Math.PI) / steps
    const [startX, startY] = at(0)
    doc.moveTo(round(startX), round(startY))
    for (let i = 0; i < steps; i++) {
      const [x0, y0, dx0, dy0] = at(i * dt)
      const [x1, y1, dx1, dy1] = at((i + 1) * dt)
      const third = dt / 3
      doc.bezierCurveTo(
        round(x0 + dx0 * third),
        round(y0 + dy0 * third),
        round(x1 - dx1 * third),
        round(y1 - dy1 * third),
        round(x1),
        round(y1),
      )
    }
    doc.closePath().lineWidth(lineWidth).stroke(color)
  }
}

/** A plum blossom: five petals around a ring of stamens. */
function drawBlossom(doc: Doc, { x, y, radius }: Of<'blossom'>, color: string): void {
  for (let petal = 0; petal < 5; petal++) {
    const angle = -Math.PI / 2 + (petal * 2 * Math.PI) / 5
    doc.circle(round(x + radius * 0.6 * Math.cos(angle)), round(y + radius * 0.6 * Math.sin(angle)), radius * 0.42)
  }
  doc.lineWidth(1).stroke(color)
  for (let stamen = 0; stamen < 10; stamen++) {
    const angle = -Math.PI / 2 + (stamen * 2 * Math.PI) / 10
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const [from, to] = [radius * 0.16, radius * (stamen % 2 === 0 ? 0.42 : 0.3)]
    doc.moveTo(round(x + from * cos), round(y + from * sin)).lineTo(round(x + to * cos), round(y + to * sin))
  }
  doc.lineWidth(0.7).stroke(color)
  doc.circle(x, y, radius * 0.13).fill(color)
}

/** A thin line with a lozenge in its middle. */
function drawRule(doc: Doc, { x, y, width }: Of<'rule'>, color: string): void {
  const middle = x + width / 2
  doc.moveTo(x, y).lineTo(middle - 9, y)
  doc.moveTo(middle + 9, y).lineTo(x + width, y)
  doc.lineWidth(0.7).stroke(color)
  doc.polygon([middle - 4.5, y], [middle, y - 4.5], [middle + 4.5, y], [middle, y + 4.5]).fill(color)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
