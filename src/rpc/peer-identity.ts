/** What the transport knows of who is at the other end. */
export interface PeerIdentity {
  /** Whether nobody between can read or change what is sent. */
  readonly isEncrypted: boolean;
  /** The common name in the certificate that the peer has shown and that was checked. */
  readonly certificateName: string | undefined;
}

export const UNKNOWN_PEER: PeerIdentity = Object.freeze({
  isEncrypted: false,
  certificateName: undefined,
});
