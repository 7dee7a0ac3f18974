// The validator badge would ask another host: `validatorUrl: null` leaves it out.
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null, filter: true });
