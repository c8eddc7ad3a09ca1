import type { LocalText, Outcome } from '../verification/verification-result.ts'

/** Who certificates are from (E65): each issuer has its keys, its templates and its own result texts. */
export type Issuer = {
  readonly id: string
  readonly name: LocalText
  /** what the verification says of this issuer's certificates (E25) */
  readonly resultTexts: Readonly<Record<Outcome, LocalText>>
  /** template kind and version that new certificates are made with */
  readonly template: { readonly kind: string; readonly version: string }
  /** whose name stands on a certificate composed from that day on, newest last */
  readonly ministers: readonly { readonly from: string; readonly name: LocalText }[]
}

/** The minister at a day (ISO date); the first one also for days before. */
export function ministerAt(issuer: Issuer, day: string): LocalText {
  const inOffice = issuer.ministers.filter(({ from }) => from <= day).at(-1) ?? issuer.ministers[0]
  if (inOffice === undefined) throw new Error(`the issuer ${issuer.id} has no minister`)
  return inOffice.name
}
