import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { type FontStyle, fontChain } from './font-chain.ts'
import { type FontFace, openFontFace } from './font-face.ts'

/** The styles a template can set text in: Kai (正楷) for Chinese, a serif for Latin. */
export type Style = 'kai' | 'latin'

/** The fonts of a process. */
export type Fonts = {
  /** for what differs from certificate to certificate */
  readonly styles: Readonly<Record<Style, FontStyle>>
  /** for the fixed text of a template, as font files for pdfkit */
  readonly files: Readonly<Record<Style, () => Buffer>>
}

const SHIPPED = join(import.meta.dirname, '../../../templates/fonts')
const SYSTEM_DIRECTORY = '/usr/share/fonts/truetype/cns11643'
const LATIN_FILE = '@expo-google-fonts/eb-garamond/400Regular/EBGaramond_400Regular.ttf'

/**
 * Finds the fonts: those of templates/fonts/, and after them what the directory of full fonts holds.
 * @param directory DCERT_FONTS_DIR; the directory of Debian's fonts-cns11643-kai when undefined
 */
export function loadFonts(directory: string | undefined): Fonts {
  const shipped = (name: string) => once(() => openFontFace(shippedFile(name)))
  const kai = fontChain([shipped('tw-kai'), shipped('tw-kai-ext-b'), ...fullFonts(directory ?? SYSTEM_DIRECTORY)])
  const latin = fontChain([shipped('eb-garamond')])
  return {
    styles: { kai: [kai, latin], latin: [latin, kai] },
    files: {
      kai: once(() => shippedFile('tw-kai')),
      latin: once(() => readFileSync(createRequire(import.meta.url).resolve(LATIN_FILE))),
    },
  }
}

function shippedFile(name: string): Buffer {
  return brotliDecompressSync(readFileSync(join(SHIPPED, `${name}.ttf.br`)))
}

/** Larger fonts of the same style; private-use fonts (…-Plus) are left out because E63 forbids such characters. */
function fullFonts(directory: string): (() => FontFace)[] {
  if (!existsSync(directory)) return []
  const names = readdirSync(directory).filter((name) => name.endsWith('.ttf') && !name.includes('-Plus'))
  return names.sort().map((name) => once(() => openFontFace(readFileSync(join(directory, name)))))
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
