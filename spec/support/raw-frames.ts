// The wire as a naive reader and writer see it, never by src/wire.
export * from '../../src/conformance/raw-frames';
