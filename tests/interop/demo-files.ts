import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type ExpectedCertificate, expectedCertificate } from './expected-certificate.ts'

type Sample = {
  readonly file: string
  readonly number: string
  readonly version: number
  readonly language: 'zh-TW' | 'en'
  readonly expected: 'success' | 'warning' | 'failure'
}

export type DemoFile = Sample & { readonly path: string }
export type IssuedFile = DemoFile & { readonly says: ExpectedCertificate }

export const demo = inject('demo')

/** The trust anchor of the demo's files. */
export const ROOT_PEM = join(demo.directory, 'root.pem')

/** Every file that the demo made, as its summary.json lists them. */
export const samples: readonly DemoFile[] = (
  JSON.parse(readFileSync(join(demo.directory, 'summary.json'), 'utf8')) as Sample[]
).map((sample) => ({ ...sample, path: join(demo.directory, sample.file) }))

/** Those that dcert issued and nobody touched, each with what it must say. */
export const issued: readonly IssuedFile[] = samples
  .filter(({ file }) => /-v\d+-(zh-TW|en)\.pdf$/.test(file))
  .map((sample) => ({ ...sample, says: expectedCertificate(sample, demo.publicUrl) }))

/** Those that were changed after issue. */
export const spoilt: readonly DemoFile[] = samples.filter(({ file }) => /\.(altered|resaved)\.pdf$/.test(file))
