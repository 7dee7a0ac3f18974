/** cdk-nag's rules for AWS solutions: an error that nobody has acknowledged with a reason ends the synthesis. */
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

export const awsSolutions = (app: App): void => Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
