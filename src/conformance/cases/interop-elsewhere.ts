import type { CaseData } from '../model';

const NO_GOOGLE = 'It is about an account at Google; credentials are bytes here, of any kind.';
const NO_PADDING = 'Frames have no padding.';

/** Cases of gRPC's and Connect's that cannot be about this protocol, and why. */
export const INTEROP_ELSEWHERE: readonly CaseData[] = [
  {
    name: 'cacheable_unary',
    section: '§16',
    description: 'A unary call by GET, answered by a proxy from its cache.',
    notApplicable: 'There are no proxies, and no calls that a proxy could read as cacheable.',
  },
  ...[
    ['oauth2_auth_token', 'A token of OAuth2, fetched by the test.'],
    ['jwt_token_creds', 'A token that the client signs itself.'],
    ['compute_engine_creds', "The credentials of a machine in Google's cloud."],
    ['google_default_credentials', 'The credentials that Google has put on a machine.'],
  ].map(([name = '', description = '']): CaseData => ({
    name,
    section: '§3',
    description,
    notApplicable: NO_GOOGLE,
  })),
  {
    name: 'data_frame_padding',
    section: '§4',
    description: 'The server pads its frames.',
    notApplicable: NO_PADDING,
  },
  {
    name: 'no_df_padding_sanity_test',
    section: '§4',
    description: 'The server does not pad its frames.',
    notApplicable: NO_PADDING,
  },
  {
    name: 'tls_client_certs',
    section: '§3',
    description: 'The client shows a certificate.',
    notApplicable: 'These cases speak plain TCP; the specs of this implementation have TLS.',
  },
];
