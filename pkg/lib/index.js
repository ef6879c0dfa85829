/** For every entry: all that the package exports. */
export { CustomerClient } from "./client.js";
export {
  AbortError,
  BlockedError,
  CustomerApiError,
  HttpError,
  isCustomerApiError,
  NetworkError,
  ProtocolError,
  TimeoutError,
  ValidationError,
} from "./errors.js";
export {
  buildInfo,
  callingCodes,
  checkCustomer,
  checkField,
  CustomerForm,
  fields,
  inspectDate,
  inspectEmail,
  inspectPhone,
  optInNodes,
} from "./rules.js";
