import { runWell } from './tools.ts'

/** A page as pixels: RGB, rows from the top. */
export type PageImage = { readonly width: number; readonly height: number; readonly rgb: Uint8Array }

/** Renders the only page of a file with poppler. */
export async function renderPage(path: string, dotsPerInch: number): Promise<PageImage> {
  const { stdout } = await runWell('pdftoppm', ['-r', String(dotsPerInch), path])
  return readPpm(stdout)
}

/** Renders the only page of a file with MuPDF. */
export async function renderPageWithMupdf(path: string, dotsPerInch: number): Promise<PageImage> {
  const { stdout } = await runWell('mutool', ['draw', '-q', '-r', String(dotsPerInch), '-F', 'ppm', '-o', '-', path])
  return readPpm(stdout)
}

/** @throws Error when it is not a binary PPM with 8 bits a colour */
function readPpm(bytes: Buffer): PageImage {
  const header = /^P6\s+(?:#.*\s+)?(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 80))
  const [width, height] = [Number(header?.[1]), Number(header?.[2])]
  if (header === null || bytes.length !== header[0].length + width * height * 3) throw new Error('not one page as PPM')
  return { width, height, rgb: bytes.subarray(header[0].length) }
}

/** As image readers want it. */
export function toRgba({ width, height, rgb }: PageImage): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4)
  return rgba
}

/** How far a pixel is from another colour: the largest difference of the three parts. */
export function distance(image: PageImage, x: number, y: number, [r, g, b]: readonly [number, number, number]): number {
  const at = (y * image.width + x) * 3
  const { rgb } = image
  return Math.max(Math.abs((rgb[at] ?? 0) - r), Math.abs((rgb[at + 1] ?? 0) - g), Math.abs((rgb[at + 2] ?? 0) - b))
}
