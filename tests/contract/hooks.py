# For the contract test: an observed behaviour of forms that the schema can't express.
import schemathesis

FORM = "application/x-www-form-urlencoded"


@schemathesis.hook
def filter_case(context, case):
    """Sends no broken forms: arrays and nested members that the API cannot read in a form are
    ignored with 200, where schemathesis would expect a refusal. Broken JSON is still sent."""
    generation = case.meta and case.meta.generation
    return not (generation and generation.mode.is_negative and case.media_type == FORM)
