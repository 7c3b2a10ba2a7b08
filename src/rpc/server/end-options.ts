import { NO_OPTIONS, type FrameOptions, type MetadataPair } from '../../wire/options';

/** What END(0) says besides the result. */
export function optionsOfEnd(
  trailers: readonly MetadataPair[] | undefined,
): Readonly<FrameOptions> {
  return trailers === undefined ? NO_OPTIONS : { metadata: [...trailers] };
}
