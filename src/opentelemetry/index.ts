// `fio-rpc/opentelemetry`: interceptors for both ends. It needs @opentelemetry/api, which only who
// imports this has to install.

export { observeClient } from './client';
export { observeServer, type TelemetryOptions } from './server';
