/** Signs bytes; knows no case, no database and no PDF. */
export type Signer = {
  /** DER certificates: the signing certificate first, then its issuers; the root is left out. */
  readonly chain: readonly Uint8Array[]
  readonly algorithm: SignatureAlgorithm
  /** Signs the DER bytes of the signed attributes (RFC 5652 §5.4) with SHA-256 (P-384: SHA-384). */
  sign(bytes: Uint8Array): Uint8Array
}

/** RSASSA-PKCS1-v1_5, or ECDSA with a DER-encoded signature value (RFC 3279). */
export type SignatureAlgorithm = 'rsa-2048' | 'rsa-3072' | 'p-256' | 'p-384'
