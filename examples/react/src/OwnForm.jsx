// A form of one's own: react-hook-form keeps it, the rules check it, and the client creates the customer.
import { useState } from "react";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import init, { customerSchema, CustomerClient, loadPhones } from "dinerkit";
import { useForm } from "react-hook-form";
import { GATEWAY, MICROSITE } from "./gateway.js";

/** The rules and what they know of phone numbers are loaded once, while the guest is still reading. */
const rules = Promise.all([init(), loadPhones()]);
/** A client with neither credentials nor a token talks to a gateway. */
const client = rules.then(() => new CustomerClient({ baseUrl: GATEWAY, microsite: MICROSITE }));

const FIELDS = {
  FirstName: "First name",
  Surname: "Surname",
  Email: "E-mail address",
  MobileCountryCode: "Calling code",
  Mobile: "Mobile",
};

const check = standardSchemaResolver(customerSchema());
const resolver = async (...draft) => {
  await rules;
  return check(...draft);
};

export default function OwnForm() {
  const { register, handleSubmit, setError, formState } = useForm({
    resolver,
    mode: "onTouched",
    defaultValues: { MobileCountryCode: "+44" },
  });
  const { errors, isSubmitting } = formState;
  const [customer, setCustomer] = useState();

  /** `details` are what the rules made of the draft: trimmed, with the number in its parts. */
  async function create(details) {
    const result = await (await client).safe.create(details);
    if (result.ok) setCustomer(result.value.Id);
    else setError("root", { message: result.error.message });
  }

  if (customer) return <output>Booked for customer {customer}</output>;
  return (
    <form onSubmit={handleSubmit(create)} noValidate>
      {Object.entries(FIELDS).map(([name, label]) => (
        <p key={name}>
          <label>
            {label} <input {...register(name)} aria-invalid={name in errors} />
          </label>
          {errors[name] && <span role="alert">{errors[name].message}</span>}
        </p>
      ))}
      {errors.root && <p role="alert">{errors.root.message}</p>}
      <button disabled={isSubmitting}>Book</button>
    </form>
  );
}
