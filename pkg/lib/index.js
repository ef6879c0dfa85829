/** For every entry: all exports of the package that do not depend on the runtime. */
export { CustomerClient } from "./client.js";
export {
  AbortError,
  BlockedError,
  CustomerApiError,
  HttpError,
  InternalError,
  isCustomerApiError,
  NetworkError,
  ProtocolError,
  TimeoutError,
  ValidationError,
} from "./errors.js";
export { fields } from "./fields.js";
export { CustomerForm } from "./form.js";
export { randomKey } from "./key.js";
export { consentReceipts } from "./receipts.js";
export {
  buildInfo,
  callingCodes,
  checkCustomer,
  checkField,
  formatPhone,
  inspectDate,
  inspectEmail,
  inspectPhone,
  optInNodes,
} from "./rules.js";
export { customerSchema } from "./schema.js";
